"""What is known about the words: tokens, sentences, word forms, clauses, and the word lists."""
