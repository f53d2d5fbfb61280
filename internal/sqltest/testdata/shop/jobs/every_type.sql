CREATE TABLE every_type (
  b BOOLEAN, t TINYINT, s SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, n DECIMAL(20, 5), c CHAR(3), v VARCHAR(10), x BYTES,
  dt DATE, tm TIME, ts0 TIMESTAMP(0), ts9 TIMESTAMP(9), ltz TIMESTAMP_LTZ(6),
  a ARRAY<INT>, m MAP<INT, STRING>, ms MULTISET<STRING>, r ROW<p INT, q ROW<z STRING>>
) WITH ('connector' = 'datagen');
CREATE TABLE copied WITH ('connector' = 'print') LIKE every_type (EXCLUDING OPTIONS);
INSERT INTO copied SELECT * FROM every_type;
