-- One row per day and page that changes with every click. The day is that of the click itself: a click that arrives
-- late, even after midnight, is counted on the day it was made, as long as the state lives (table.exec.state.ttl).
CREATE TABLE pages_of_the_day (
  `day`  STRING,
  page   STRING,
  pv     BIGINT,
  uv     BIGINT,
  PRIMARY KEY (`day`, page) NOT ENFORCED
) WITH (
  'connector' = 'print'
);

INSERT INTO pages_of_the_day
SELECT
  DATE_FORMAT(ts, 'yyyy-MM-dd') AS `day`,
  page,
  COUNT(*) AS pv,
  COUNT(DISTINCT user_id) AS uv
FROM clicks_once
GROUP BY DATE_FORMAT(ts, 'yyyy-MM-dd'), page;
