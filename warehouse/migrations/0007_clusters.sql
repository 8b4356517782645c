-- What recurs among posts that match no narrative and are near what is watched: new rumours.
CREATE TABLE core.clusters (
    cluster_id VARCHAR PRIMARY KEY,
    narrative_id VARCHAR NOT NULL,
    post_count BIGINT NOT NULL,
    family_count BIGINT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    growth FLOAT NOT NULL,
    terms VARCHAR[] NOT NULL,
    score FLOAT NOT NULL,
    model_version VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE core.clusters IS 'One row per cluster of posts of the last four weeks that match no narrative, are near what is watched and are alike: what may be a new rumour, for a person to judge.';
COMMENT ON COLUMN core.clusters.cluster_id IS 'Stable id: a cluster keeps it from night to night while half of its groups of copies (of the smaller of the two nights) stay.';
COMMENT ON COLUMN core.clusters.narrative_id IS 'Narrative that its posts come nearest to, though they do not match it: key of core.narratives.';
COMMENT ON COLUMN core.clusters.post_count IS 'Posts in it; later wordings of one post count once.';
COMMENT ON COLUMN core.clusters.family_count IS 'Groups of copies in it; at least three.';
COMMENT ON COLUMN core.clusters.first_day IS 'Day of its earliest post within the four weeks (Europe/Stockholm).';
COMMENT ON COLUMN core.clusters.last_day IS 'Day of its latest post (Europe/Stockholm).';
COMMENT ON COLUMN core.clusters.growth IS 'Posts of the last seven days against those of a usual week of the three before, one added to both: 1 is as many, 2 is twice as many.';
COMMENT ON COLUMN core.clusters.terms IS 'Words that many of its posts hold and few others of their language, the most telling first.';
COMMENT ON COLUMN core.clusters.score IS 'Order among clusters, in [0, 1]: nearness to what is watched, likeness, size and freshness.';
COMMENT ON COLUMN core.clusters.model_version IS 'Model that matched none of its posts: key of ops.models.';
COMMENT ON COLUMN core.clusters.run_id IS 'Run that first found it.';

CREATE TABLE core.cluster_posts (
    cluster_id VARCHAR NOT NULL,
    post_id VARCHAR PRIMARY KEY,
    similarity FLOAT NOT NULL,
    rank INTEGER NOT NULL
);
COMMENT ON TABLE core.cluster_posts IS 'One row per post in a cluster; a snapshot shows the first six of each.';
COMMENT ON COLUMN core.cluster_posts.cluster_id IS 'The cluster: key of core.clusters.';
COMMENT ON COLUMN core.cluster_posts.post_id IS 'The post: key of core.posts.';
COMMENT ON COLUMN core.cluster_posts.similarity IS 'How alike its text and the others of the cluster are on average, in [0, 1]; any two texts near what is watched have about 0.04.';
COMMENT ON COLUMN core.cluster_posts.rank IS 'Place among the posts of its cluster, from 1: one of each group of copies before any second, the most central first.';
