-- MySQL dump 10.13
/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS `users`;
CREATE TABLE `users` (
  `id` int unsigned NOT NULL AUTO_INCREMENT,
  `username` varchar(32)  NOT NULL,
  `email` varchar(255) DEFAULT NULL,
  `role` enum('admin','editor','viewer') NOT NULL DEFAULT 'viewer',
  `flags` set('a','b') DEFAULT NULL,
  `is_active` tinyint(1) NOT NULL DEFAULT '1',
  `created_at` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  `updated_at` timestamp NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP,
  `born` year DEFAULT NULL,
  `meta` json DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uk_email` (`email`),
  UNIQUE KEY `uk_username` (`username`),
  KEY `idx_role` (`role`)
) ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4 COMMENT='people';
INSERT INTO `users` VALUES (1,'it''s; x','a@b.c','admin',NULL,1,'2020-01-01','2020-01-01',1999,'{}');
CREATE TABLE `posts` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `user_id` int unsigned NOT NULL,
  `slug` varchar(100) NOT NULL,
  `title` varchar(255) NOT NULL,
  `body` mediumtext,
  `score` decimal(5,2) unsigned NOT NULL DEFAULT '0.00',
  `views` bigint unsigned NOT NULL DEFAULT '0',
  `status` varchar(20) NOT NULL DEFAULT 'draft',
  `published_on` date DEFAULT NULL,
  `starts` time DEFAULT NULL,
  `big` decimal(38,10) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uk_user_slug` (`user_id`,`slug`),
  CONSTRAINT `fk_posts_users` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE,
  CONSTRAINT `chk_status` CHECK (`status` in ('draft','published','archived')),
  CONSTRAINT `chk_pub` CHECK ((`status` <> 'published') or (`published_on` is not null))
) ENGINE=InnoDB;
CREATE TABLE `post_tags` (
  `post_id` bigint unsigned NOT NULL,
  `tag_id` smallint unsigned NOT NULL,
  `position` tinyint unsigned NOT NULL,
  PRIMARY KEY (`post_id`,`tag_id`),
  UNIQUE KEY `uk_pos` (`post_id`,`position`),
  KEY `tag_id` (`tag_id`),
  CONSTRAINT `post_tags_ibfk_1` FOREIGN KEY (`post_id`) REFERENCES `posts` (`id`),
  CONSTRAINT `post_tags_ibfk_2` FOREIGN KEY (`tag_id`) REFERENCES `tags` (`id`)
) ENGINE=InnoDB;
CREATE TABLE `tags` (`id` smallint unsigned NOT NULL AUTO_INCREMENT, `name` varchar(50) NOT NULL, PRIMARY KEY (`id`), UNIQUE KEY `name` (`name`)) ENGINE=InnoDB;
CREATE TABLE `likes` (`user_id` int unsigned NOT NULL, `post_id` bigint unsigned NOT NULL, `at` datetime(3) NOT NULL, PRIMARY KEY (`user_id`,`post_id`), FOREIGN KEY (`user_id`) REFERENCES `users` (`id`), FOREIGN KEY (`post_id`) REFERENCES `posts` (`id`));
CREATE TABLE `follows` (`follower` int unsigned NOT NULL, `followee` int unsigned NOT NULL, PRIMARY KEY (`follower`,`followee`), FOREIGN KEY (`follower`) REFERENCES `users` (`id`), FOREIGN KEY (`followee`) REFERENCES `users` (`id`), CHECK (`follower` <> `followee`));
DELIMITER ;;
CREATE TRIGGER x BEFORE INSERT ON users FOR EACH ROW BEGIN SET NEW.id = 1; END ;;
DELIMITER ;
