"""Forms: fields that know what was changed, and an editor that saves them without losing others."""
