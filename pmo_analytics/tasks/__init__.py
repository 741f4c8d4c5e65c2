"""What `task_levelling` is made of: networks of tasks, their cases, the search and its reasons."""
