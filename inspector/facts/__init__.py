"""Go knowledge: one extractor a module; ``collect`` puts their facts together."""
