-- One row per minute and page, written once, when the minute is over and late clicks had their time.
CREATE TABLE pages_of_the_minute (
  `minute`  TIMESTAMP(3),
  page      STRING,
  pv        BIGINT,
  uv        BIGINT
) WITH (
  'connector' = 'filesystem',
  'path' = '${MINUTES}',
  'format' = 'json',
  'sink.rolling-policy.rollover-interval' = '5 s',
  'sink.rolling-policy.check-interval' = '1 s'
);

INSERT INTO pages_of_the_minute
SELECT window_start, page, COUNT(*) AS pv, COUNT(DISTINCT user_id) AS uv
FROM TABLE(TUMBLE(TABLE clicks_once, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, page;
