"""May a CT and its outlines be measured, and what should their reader know."""
