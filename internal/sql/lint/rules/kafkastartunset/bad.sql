CREATE TABLE clicks (page STRING) WITH ( -- want
  'connector' = 'kafka',
  'topic' = 'clicks',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'pages',
  'format' = 'json'
);
SELECT page FROM clicks;
