-- Not only tablets come in by their fridge's word: what stands behind it as its
-- gateway does, too.
ALTER TABLE tablets RENAME TO children;
