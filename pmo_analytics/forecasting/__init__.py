"""What `forecast` is made of: the methods, the house forecast that blends them, published uplifts."""
