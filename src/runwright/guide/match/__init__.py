"""Guide items compared with what runs observed: findings and their messages."""
