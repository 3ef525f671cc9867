"""Official papers that acts of cases issue; one file for each part, registered in AppConfig.ready."""
