CREATE TABLE clicks (page STRING) WITH (
  'connector' = 'datagen',
  'rows-per-second' = '5', -- want
  'rows-per-second' = '10'
);
SELECT page FROM clicks;
