"""A report in the forms that writers and their tools read."""
