-- How new a cluster is, against all that was posted.
ALTER TABLE core.clusters ADD COLUMN chance DOUBLE DEFAULT 1;
ALTER TABLE core.clusters ALTER COLUMN chance SET NOT NULL;
ALTER TABLE core.clusters ALTER COLUMN chance DROP DEFAULT;
COMMENT ON COLUMN core.clusters.chance IS 'How likely so many of its groups of copies are to be so recent, had they come as everything posted did: the least over the last 1, 2, 3 and 7 days. The smaller, the newer.';
