"""What a picture says: which pairs, which number stands for each, and the words for them."""
