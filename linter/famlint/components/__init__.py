"""One adapter per component: where its values stand, and how the layers of them are ordered."""
