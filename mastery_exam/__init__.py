"""An exam that stands apart from any course: competencies, item bank, forms, attempts and the decision."""
