"""When each task of the loaded schedules can start with the people there are, and what if they change."""
