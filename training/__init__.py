"""From raw corpora to the trained network of Depesche. Needs torch; the package never imports it."""
