DROP TABLE written;
DROP TABLE canned_uses;
DROP TABLE canned_responses;
