"""What a program asks for, held against what an account holds: Plans, and carrying them out."""
