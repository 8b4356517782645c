-- A live warehouse full of posts that nobody wrote, the same each time it is filled.
-- Set before: post_count, flag_count, question_count, threat_count, proposal_count, last_day.
CREATE TEMP TABLE words AS
SELECT * FROM (VALUES
    ('sv', ['barnet', 'dom', 'tog', 'utan', 'att', 'fråga', 'handläggaren', 'sa', 'igår', 'på', 'mötet', 'papperet', 'var', 'skrivet', 'redan', 'ingen', 'ville', 'lyssna', 'hela', 'släkten', 'väntar', 'nu', 'nämnden', 'bestämmer', 'över', 'oss', 'skolan', 'ringde', 'två', 'gånger', 'kvällen', 'därför']),
    ('ar', ['الطفل', 'أخذوا', 'بدون', 'سؤال', 'الموظفة', 'قالت', 'أمس', 'في', 'الاجتماع', 'الورقة', 'كانت', 'مكتوبة', 'لا', 'أحد', 'يسمع', 'العائلة', 'تنتظر', 'الآن', 'المدرسة', 'اتصلت', 'مرتين', 'لذلك', 'المساء', 'كلها']),
    ('en', ['the', 'child', 'was', 'taken', 'without', 'asking', 'officer', 'said', 'yesterday', 'at', 'meeting', 'paper', 'written', 'already', 'nobody', 'would', 'listen', 'whole', 'family', 'waits', 'now', 'school', 'called', 'twice']),
    ('so', ['ilmaha', 'way', 'qaadeen', 'iyagoon', 'weydiin', 'shaqaalaha', 'ayaa', 'yiri', 'shalay', 'kulanka', 'warqadda', 'hore', 'loo', 'qoray', 'cidna', 'ma', 'dhegeysan', 'qoyska', 'oo', 'dhan', 'hadda', 'sugaya', 'dugsiga', 'laba']),
    ('tr', ['çocuğu', 'aldılar', 'sormadan', 'memur', 'dün', 'toplantıda', 'söyledi', 'kâğıt', 'çoktan', 'yazılmıştı', 'kimse', 'dinlemek', 'istemedi', 'bütün', 'aile', 'bekliyor', 'şimdi', 'okul', 'iki', 'kez', 'aradı', 'akşam', 'bu', 'yüzden']),
    ('fa', ['بچه', 'را', 'بردند', 'بدون', 'پرسیدن', 'کارمند', 'گفت', 'دیروز', 'در', 'جلسه', 'کاغذ', 'نوشته', 'بود', 'هیچکس', 'گوش', 'نداد', 'خانواده', 'منتظر', 'است', 'حالا', 'مدرسه', 'دو', 'بار', 'شب'])
) AS told(lang, list);
CREATE TEMP TABLE narratives AS
SELECT list(narrative_id ORDER BY narrative_id) AS ids FROM core.narratives;
CREATE TEMP MACRO drawn(a, b, most) AS (hash(a, b) % most)::BIGINT;
CREATE TEMP MACRO share(a, b) AS (hash(a, b) % 1000003) / 1000003.0;
CREATE TEMP MACRO narrative(a, b) AS (SELECT ids[1 + drawn(a, b, len(ids))] FROM narratives);
CREATE TEMP MACRO run_of(day) AS
strftime(day, '%Y%m%dT020000Z-') || lpad(printf('%x', drawn(day, 'run', 16777216)), 6, '0');

-- Copies: a few families are very large, most posts are alone.
CREATE TEMP TABLE flagged_families AS
WITH sizes AS (
    SELECT k, greatest(1, floor(getvariable('flag_count') / 10 / pow(k, 1.2)))::BIGINT AS size
    FROM range(1, getvariable('flag_count') + 1) AS counted(k)
),
reached AS (SELECT k, size, sum(size) OVER (ORDER BY k) AS upto FROM sizes)
SELECT k, size, (upto - size)::BIGINT AS first FROM reached WHERE upto <= getvariable('flag_count');

CREATE TEMP TABLE roles AS
SELECT first + copy AS i, 'flag' AS role, 'f' || k AS family,
    drawn(first + copy, 'wording', ceil(pow(size, 0.6))::BIGINT) AS wording
FROM flagged_families, unnest(range(size)) AS copies(copy)
UNION ALL
SELECT 1000000000 + i, 'question', 'q' || drawn(i, 'q', (getvariable('question_count') * 0.8)::BIGINT),
    drawn(i, 'wording', 2)
FROM range(getvariable('question_count')) AS counted(i)
UNION ALL
SELECT 2000000000 + i, 'threat', 't' || i, 0
FROM range(getvariable('threat_count')) AS counted(i)
UNION ALL
SELECT 3000000000 + i, 'proposal', 'p' || i, 0
FROM range(getvariable('proposal_count')) AS counted(i)
UNION ALL
SELECT 4000000000 + i, 'cluster', 'c' || i, 0 FROM range(2000) AS counted(i);
INSERT INTO roles
SELECT 5000000000 + i, 'plain', 'n' || CASE WHEN share(i, 'copy') < 0.1 THEN drawn(i, 'n', 20000) ELSE i END, 0
FROM range(getvariable('post_count') - (SELECT count(*) FROM roles)) AS counted(i);

CREATE TEMP TABLE wordings AS
WITH families AS (
    SELECT DISTINCT family, wording, role,
        CASE
            WHEN share(family, 'lang') < 0.70 THEN 'sv'
            WHEN share(family, 'lang') < 0.80 THEN 'ar'
            ELSE ['en', 'so', 'tr', 'fa'][1 + drawn(family, 'rest', 4)]
        END AS lang
    FROM roles
)
SELECT family, wording, role, families.lang,
    sha256(concat(family, '/', wording)) AS text_digest,
    array_to_string(list_transform(
        range(8 + drawn(family, 'length', 50)),
        lambda j: words.list[1 + drawn(family, j + CASE WHEN j < 6 THEN 100 * wording ELSE 0 END, len(words.list))]
    ), ' ') || '.' AS text,
    narrative(family, 'narrative') AS narrative_id,
    -- Of what is neither flagged nor asks, a little bears on a narrative all the same.
    CASE
        WHEN role IN ('flag', 'proposal') THEN 'asserts'
        WHEN role = 'question' THEN 'asks'
        WHEN role = 'plain' AND share(family, 'bears') < 0.06
            THEN ['counters', 'reports', 'asserts', 'none', 'asks'][1 + drawn(family, 'stance', 5)]
    END AS stance
FROM families JOIN words USING (lang);

CREATE TEMP TABLE made AS
WITH placed AS (
    SELECT roles.i, wordings.* EXCLUDE (wording),
        CASE WHEN share(i, 'reply') < 0.1
            THEN 'p' || (5000000000 + drawn(i, 'parent', getvariable('post_count') // 2)) END AS reply_to_post_id,
        1 + drawn(i, 'source', 6) AS source,
        -- More and more is written, and copies come close in time.
        getvariable('last_day') - CASE
            WHEN role = 'flag' THEN (399 * pow(share(family, 'day'), 1.5) * 0.9 + drawn(i, 'later', 40))::INTEGER
            ELSE (400 * pow(share(i, 'day'), 1.3))::INTEGER
        END AS posted_day
    FROM roles JOIN wordings USING (family, wording, role)
)
SELECT * EXCLUDE (source),
    'p' || i AS post_id,
    ['facebook', 'tiktok', 'x', 'flashback', 'youtube', 'telegram'][source] AS platform,
    ['grupper', 'video', 'korta-inlagg', 'forum', 'kommentarer', 'kanaler'][source] AS source_id,
    (posted_day::TIMESTAMP + INTERVAL 6 HOUR + to_seconds(drawn(i, 'second', 50000))) AT TIME ZONE 'UTC' AS posted_at,
    run_of(posted_day + 1) AS run_id
FROM placed;

INSERT INTO core.posts
SELECT post_id, platform, source_id, 'a' || drawn(i, 'author', 200000), posted_at, posted_day, lang,
    text, text_digest, reply_to_post_id, NULL, 'file-' || source_id || run_id, i, run_id
FROM made ORDER BY run_id, i;
INSERT INTO core.texts
SELECT text_digest, text, lang, 0.98, getvariable('newest_run') FROM wordings;
INSERT INTO core.text_families
SELECT text_digest, min(text_digest) OVER (PARTITION BY family) FROM wordings;
INSERT INTO core.engagement
SELECT post_id, posted_at + INTERVAL 1 DAY, drawn(i, 'likes', 400), drawn(i, 'shares', 90), drawn(i, 'comments', 60),
    CASE WHEN platform IN ('tiktok', 'youtube') THEN drawn(i, 'views', 20000) END, run_id
FROM made WHERE share(i, 'seen') < 0.6;
INSERT INTO core.links
SELECT post_id, 0, 'https://' || platform || '.example/' || post_id FROM made WHERE role <> 'plain';

CREATE TEMP TABLE read_texts AS
SELECT DISTINCT ON (wordings.text_digest, contexts.parent_digest) wordings.*, contexts.parent_digest
FROM core.post_contexts AS contexts JOIN wordings USING (text_digest);
INSERT INTO core.classifications
SELECT
    text_digest, parent_digest, getvariable('model'),
    map_from_entries(list_transform(narratives.ids, lambda id: {'k': id, 'v': (CASE
        WHEN id = narrative_id AND stance IS NOT NULL THEN 0.45 + 0.55 * share(text_digest, 'sure')
        ELSE 0.2 * share(text_digest, id) END)::FLOAT})),
    CASE WHEN stance IS NULL OR role = 'proposal' THEN [] ELSE [narrative_id] END,
    CASE WHEN role = 'proposal' THEN 'none' ELSE coalesce(stance, 'none') END,
    map_from_entries(list_transform(['asserts', 'counters', 'reports', 'asks', 'none'], lambda s: {'k': s, 'v': (CASE
        WHEN s = coalesce(stance, 'none') THEN 0.6 + 0.1 * share(text_digest, 'stance') ELSE 0.3 * share(text_digest, s) END)::FLOAT})),
    (CASE WHEN role = 'threat' THEN 0.5 + 0.5 * share(text_digest, 'threat') ELSE 0.1 * share(text_digest, 'threat') END)::FLOAT,
    role = 'threat',
    role = 'flag',
    CASE WHEN role <> 'plain' THEN {
        'narrative_id': narrative_id, 'sentence': left(text, 60), 'start_offset': 0, 'end_offset': least(60, len(text)),
        'seeds': list_transform(range(3), lambda n: {
            'seed_id': 'fro-' || drawn(family, n, 400),
            'similarity': (0.75 - 0.2 * n)::FLOAT,
            'narratives': [narrative_id],
            'stance': coalesce(stance, 'none'),
            'text': 'frö ' || drawn(family, n, 400) || ' ' || left(text, 120)
        }),
        'terms': list_transform(range(5), lambda n: {
            'term': split_part(text, ' ', n + 1), 'weight': (0.6 - 0.1 * n)::FLOAT
        })
    } END,
    getvariable('newest_run')
FROM read_texts, narratives;

INSERT INTO core.flags
SELECT post_id, narrative, getvariable('model'),
    (0.45 + 0.55 * share(family, second))::FLOAT, 0.4, 'asserts', (0.5 + 0.5 * share(text_digest, 'asserts'))::FLOAT,
    (0.98 * pow(share(family, 'priority'), 3) + 0.02 * share(i, 'priority'))::FLOAT,
    'sannolikhet ' || (45 + drawn(family, 'p', 55)) || ' %; ' || drawn(i, 'shares', 90) || ' delningar',
    run_id
FROM (
    SELECT *, 'first' AS second, narrative_id AS narrative FROM made WHERE role = 'flag'
    UNION ALL
    SELECT *, 'second', narrative(family, 'other') FROM made WHERE role = 'flag' AND share(family, 'two') < 0.15
)
WHERE second = 'first' OR narrative <> narrative_id
ORDER BY post_id;
INSERT INTO core.questions
SELECT post_id, narrative_id, getvariable('model'), 0.6, (0.5 + 0.5 * share(i, 'asks'))::FLOAT, run_id
FROM made WHERE role = 'question' ORDER BY post_id;
INSERT INTO core.threats
SELECT post_id, getvariable('model'), (0.5 + 0.5 * share(text_digest, 'threat'))::FLOAT, run_id
FROM made WHERE role = 'threat' ORDER BY post_id;
INSERT INTO core.proposals
SELECT post_id, text_digest, family_id, narrative_id, ['uncertain', 'novel', 'short'][1 + drawn(i, 'kind', 3)],
    share(i, 'score')::FLOAT, 'osäkert om det påstås: 49 %, tröskel 49 %', getvariable('model'), run_id
FROM made JOIN core.text_families USING (text_digest) WHERE role = 'proposal' ORDER BY post_id;
INSERT INTO core.cluster_posts
SELECT 'k' || (i % 30), post_id, (0.5 * share(i, 'alike'))::FLOAT,
    row_number() OVER (PARTITION BY i % 30 ORDER BY i)
FROM made WHERE role = 'cluster';
INSERT INTO core.clusters
SELECT cluster_id, narrative(cluster_id, 'near'), count(*), count(*), getvariable('last_day') - 27,
    getvariable('last_day'), 1 + 3 * share(cluster_id, 'growth'), ['kvällen', 'papperet', 'släkten'],
    share(cluster_id, 'score'), getvariable('model'), getvariable('newest_run'),
    1 + drawn(cluster_id, 'nights', 9), share(cluster_id, 'stable'), getvariable('last_day'),
    share(cluster_id, 'reached'), share(cluster_id, 'chance')
FROM core.cluster_posts GROUP BY cluster_id;

INSERT INTO core.decisions
SELECT row_number() OVER (ORDER BY text_digest), 'd-' || text_digest, min(post_id), text_digest, 'confirm',
    [any_value(narrative_id)], 'asserts', false, 'gun', now(), '', NULL, getvariable('newest_run')
FROM made WHERE role = 'flag' AND share(family, 'decided') < 0.3 GROUP BY text_digest;

CREATE TEMP TABLE nights AS
SELECT run_of(day) AS run_id, day::DATE AS day
FROM generate_series(getvariable('last_day') - 400, getvariable('last_day') + 1, INTERVAL 1 DAY) AS days(day);
INSERT INTO ops.runs
SELECT run_id, 'nightly', 'completed', started_at, started_at + INTERVAL 9 MINUTE,
    MAP {'motbild': '0.1.0', 'model': getvariable('model')},
    MAP {'posts_added': 2500, 'flags_changed': 125}, MAP {'ingest': 70.0, 'encode': 200.0, 'classify': 90.0}, NULL
FROM (SELECT *, (day::TIMESTAMP + INTERVAL 2 HOUR) AT TIME ZONE 'UTC' AS started_at FROM nights);
-- One source could not be read the last two nights.
INSERT INTO ops.source_runs
SELECT run_id, source_id, source_id || '-' || day || '.jsonl', day,
    CASE WHEN is_broken THEN 'failed' ELSE 'read' END, CASE WHEN is_broken THEN 0 ELSE 400 END, 0,
    CASE WHEN is_broken THEN 'The file is not JSON.' END
FROM (
    SELECT *, source_id = 'kanaler' AND day >= getvariable('last_day') AS is_broken
    FROM nights, (SELECT DISTINCT source_id FROM made)
);
INSERT INTO ops.rejects
SELECT 'file-' || n % 50, n, 'ragged-row', 'The row has more or fewer fields than the header; mend its separators.',
    'grupper-' || day || '.csv', 'grupper', run_of(day)
FROM (SELECT n, getvariable('last_day') - drawn(n, 'day', 300)::INTEGER AS day FROM range(2000) AS counted(n));
