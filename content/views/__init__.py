"""Public pages: tracking a case, guides, themes, the questionnaire, lists."""
