"""Who is asked first (首问负责), appointments and the queue at the windows."""
