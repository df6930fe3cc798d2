"""From text to trees: split, mask placeholders, parse with positions, open documents inside documents."""
