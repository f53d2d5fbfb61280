USE shop; -- want
-- good --
CREATE DATABASE shop;
USE shop;
