CREATE TABLE clicks (id BIGINT, page STRING) WITH ('connector' = 'datagen');
CREATE TABLE archive (id BIGINT, page STRING) WITH (
  'connector' = 'jdbc', 'url' = 'jdbc:mysql://db/shop', 'table-name' = 'archive'
);
INSERT INTO archive SELECT id, page FROM clicks; -- want
