CREATE DATABASE shop;
USE shop;
DROP DATABASE shop; -- want
-- good --
CREATE DATABASE shop;
USE shop;
USE default_database;
DROP DATABASE shop;
