DROP TABLE service_mails;
