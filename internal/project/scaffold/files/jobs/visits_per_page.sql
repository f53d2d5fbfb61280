-- Visits and visitors per page, updated with every visit.
CREATE TABLE visits_per_page (
  page_id   INT,
  visits    BIGINT,
  visitors  BIGINT,
  PRIMARY KEY (page_id) NOT ENFORCED
) WITH (
  'connector' = 'print'  -- writes into the log of the TaskManager
);

INSERT INTO visits_per_page
SELECT page_id, COUNT(*) AS visits, COUNT(DISTINCT user_id) AS visitors
FROM visits
GROUP BY page_id;
