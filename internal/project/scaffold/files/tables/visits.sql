-- Made-up visits, ${RATE} a second. Put your own source here: Kafka, files, a database.
CREATE TABLE visits (
  page_id  INT,
  user_id  INT,
  ts       AS LOCALTIMESTAMP
) WITH (
  'connector' = 'datagen',
  'rows-per-second' = '${RATE}',
  'fields.page_id.min' = '1',
  'fields.page_id.max' = '5',
  'fields.user_id.min' = '1',
  'fields.user_id.max' = '100'
);
