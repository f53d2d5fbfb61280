CREATE TABLE clicks (page STRING) WITH (
  'connector.type' = 'kafka', -- want
  'connector.version' = 'universal',
  'connector.topic' = 'clicks',
  'format.type' = 'json'
);
SELECT page FROM clicks;
