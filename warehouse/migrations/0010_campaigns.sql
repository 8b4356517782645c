-- What speaks for a message being pushed: counts, and nothing that tells accounts apart.
CREATE TABLE core.campaigns (
    campaign_id VARCHAR PRIMARY KEY,
    narrative_id VARCHAR NOT NULL,
    family_ids VARCHAR[] NOT NULL,
    post_count BIGINT NOT NULL,
    repost_count BIGINT NOT NULL,
    account_count BIGINT NOT NULL,
    langs VARCHAR[] NOT NULL,
    platforms VARCHAR[] NOT NULL,
    first_posted_at TIMESTAMPTZ,
    last_posted_at TIMESTAMPTZ,
    timed_post_count BIGINT NOT NULL,
    burst_post_count BIGINT NOT NULL,
    burst_account_count BIGINT NOT NULL,
    burst_seconds INTEGER NOT NULL,
    co_post_count BIGINT NOT NULL,
    co_post_account_count BIGINT NOT NULL,
    co_post_seconds INTEGER NOT NULL,
    expected_co_post_count FLOAT NOT NULL,
    shared_link_count BIGINT NOT NULL,
    shared_media_count BIGINT NOT NULL,
    reasons VARCHAR[] NOT NULL,
    score FLOAT NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE core.campaigns IS 'One row per message that shows signs of being pushed: families that assert a narrative, that say the same or share rare links or media, and whose posts lie closer in time than chance explains. A property of the message; nothing tells which accounts posted it, and five posted it at least.';
COMMENT ON COLUMN core.campaigns.campaign_id IS 'Stable id: a campaign keeps it from night to night while half of its families (of the smaller of the two nights) stay.';
COMMENT ON COLUMN core.campaigns.narrative_id IS 'Narrative that most of its posts bear on: key of core.narratives.';
COMMENT ON COLUMN core.campaigns.family_ids IS 'Its groups of copies, sorted: keys of core.families.';
COMMENT ON COLUMN core.campaigns.post_count IS 'Posts of its families that bear on the narrative, reposts left out; later wordings of one count once.';
COMMENT ON COLUMN core.campaigns.repost_count IS 'Posts besides these that are marked as reposts (RT and an account); no sign rests on them.';
COMMENT ON COLUMN core.campaigns.account_count IS 'Distinct accounts of its posts, at least five; posts of unknown accounts count for none.';
COMMENT ON COLUMN core.campaigns.langs IS 'Languages of its families (ISO 639-1, und where unknown).';
COMMENT ON COLUMN core.campaigns.platforms IS 'Platforms it was seen on.';
COMMENT ON COLUMN core.campaigns.first_posted_at IS 'Earliest moment of posting (UTC).';
COMMENT ON COLUMN core.campaigns.last_posted_at IS 'Latest moment of posting (UTC).';
COMMENT ON COLUMN core.campaigns.timed_post_count IS 'Posts whose moment is known to the minute; bursts and close posts are told of these alone.';
COMMENT ON COLUMN core.campaigns.burst_post_count IS 'Posts of the busiest stretch of burst_seconds: that in which most accounts posted.';
COMMENT ON COLUMN core.campaigns.burst_account_count IS 'Accounts that posted in that stretch.';
COMMENT ON COLUMN core.campaigns.burst_seconds IS 'Length of the stretch, in seconds.';
COMMENT ON COLUMN core.campaigns.co_post_count IS 'Posts within co_post_seconds of one by another account.';
COMMENT ON COLUMN core.campaigns.co_post_account_count IS 'Accounts of those posts.';
COMMENT ON COLUMN core.campaigns.co_post_seconds IS 'How near in time counts as close, in seconds.';
COMMENT ON COLUMN core.campaigns.expected_co_post_count IS 'As many posts would lie so close if only the pace of the hours around them counted.';
COMMENT ON COLUMN core.campaigns.shared_link_count IS 'Links that two or more of its families share and few posts besides.';
COMMENT ON COLUMN core.campaigns.shared_media_count IS 'Likewise pictures and films.';
COMMENT ON COLUMN core.campaigns.reasons IS 'The signs: co-posting, burst, many-accounts, several-languages, several-platforms, shared-link, shared-media; two at least, and co-posting or burst among them.';
COMMENT ON COLUMN core.campaigns.score IS 'Order among campaigns, in [0, 1]: signs, share of posts close in time, accounts.';
COMMENT ON COLUMN core.campaigns.run_id IS 'Run that first found it.';
