-- What the web servers send: every click once or more often, mostly in order.
CREATE TABLE clicks (
  event_id  STRING,
  user_id   STRING,
  page      STRING,
  ts        TIMESTAMP(3),
  arrived   AS PROCTIME(),
  WATERMARK FOR ts AS ts - INTERVAL '${LATENESS}' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = '${CLICKS}',
  'format' = 'json',
  'source.monitor-interval' = '1s'
);

-- Web servers send a click again when they got no answer; the first one to arrive counts.
CREATE VIEW clicks_once AS
SELECT event_id, user_id, page, ts
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY arrived) AS copy
  FROM clicks
)
WHERE copy = 1;
