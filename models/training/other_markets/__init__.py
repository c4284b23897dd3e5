"""The same trainer on tables of other operators."""
