-- How long a new rumour has been found, how much of it stays, and how near a narrative it comes.
-- What was found before counts as found in one night; the next tells how near it comes.
ALTER TABLE core.clusters ADD COLUMN night_count BIGINT DEFAULT 1;
ALTER TABLE core.clusters ALTER COLUMN night_count SET NOT NULL;
ALTER TABLE core.clusters ALTER COLUMN night_count DROP DEFAULT;
ALTER TABLE core.clusters ADD COLUMN stability FLOAT;
ALTER TABLE core.clusters ADD COLUMN last_night_day DATE;
ALTER TABLE core.clusters ADD COLUMN threshold_share FLOAT;

COMMENT ON COLUMN core.clusters.night_count IS 'Nights in a row that found it; two runs on one day are one night.';
COMMENT ON COLUMN core.clusters.stability IS 'Share of its groups of copies of the night before that are still in it, in [0, 1]; those that grew older than four weeks or were decided on count as gone. Null in its first night.';
COMMENT ON COLUMN core.clusters.last_night_day IS 'Day of the latest night that found it (Europe/Stockholm). Null in a cluster that no night has looked at since this was told.';
COMMENT ON COLUMN core.clusters.threshold_share IS 'How much of the threshold of that nearest narrative its posts reach on average, in [0, 1]; 1 would match it. Null in a cluster that no night has looked at since this was told.';
COMMENT ON COLUMN core.clusters.score IS 'Order among clusters, in [0, 1]: freshness most, then likeness, size and nearness to what is watched.';
