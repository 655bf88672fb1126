-- Campaigns as schema 11 had them, on top of v11.sql: members as rows, one of them without a status, and templates as texts: m1 names one, m2 does not, m3 named another one before.
INSERT INTO sequence VALUES('contact',2);
INSERT INTO sequence VALUES('campaign',3);
INSERT INTO sequence VALUES('template',1);
INSERT INTO contact("id", "uid", "name", "emails", "email", "created_at", "updated_at") VALUES(1,'019e0000-0000-7000-8000-0000000000c1','Ada','ada@x.example','ada@x.example','2026-09-01T10:00:00Z','2026-09-01T10:00:00Z'),(2,'019e0000-0000-7000-8000-0000000000c2','Bob',NULL,NULL,'2026-09-01T10:00:00Z','2026-09-01T10:00:00Z');
INSERT INTO contact_words("id", "name", "emails") VALUES(1,'ada','ada x example'),(2,'bob',NULL);
CREATE TABLE "template"("id" INTEGER PRIMARY KEY, "uid" TEXT NOT NULL, "deleted_at" TEXT, "undone" INTEGER, "name" TEXT, "kind" TEXT, "language" TEXT, "subject" TEXT, "body" TEXT, "extra" TEXT, "refs" TEXT, "tags" TEXT, "owner" INTEGER REFERENCES "user"("id") DEFERRABLE INITIALLY DEFERRED, "created_at" TEXT, "updated_at" TEXT, "description" TEXT) STRICT;
CREATE TABLE "template_words"("id" INTEGER PRIMARY KEY, "name" TEXT, "subject" TEXT, "body" TEXT, "tags" TEXT, "description" TEXT) STRICT;
INSERT INTO template("id", "uid", "name", "kind", "body", "created_at", "updated_at") VALUES(1,'019e0000-0000-7000-8000-000000000361','Thanks','Mail','Hello','2026-09-01T10:00:00Z','2026-09-01T10:00:00Z');
INSERT INTO template_words("id", "name", "body") VALUES(1,'thanks','hello');
CREATE TABLE "campaign"("id" INTEGER PRIMARY KEY, "uid" TEXT NOT NULL, "deleted_at" TEXT, "undone" INTEGER, "name" TEXT, "type" TEXT, "status" TEXT, "start_date" TEXT, "end_date" TEXT, "budget" INTEGER, "budget_currency" TEXT, "expected_cost" INTEGER, "expected_cost_currency" TEXT, "actual_cost" INTEGER, "actual_cost_currency" TEXT, "expected_revenue" INTEGER, "expected_revenue_currency" TEXT, "template" TEXT, "parent" INTEGER REFERENCES "campaign"("id") DEFERRABLE INITIALLY DEFERRED, "extra" TEXT, "refs" TEXT, "tags" TEXT, "owner" INTEGER REFERENCES "user"("id") DEFERRABLE INITIALLY DEFERRED, "created_at" TEXT, "updated_at" TEXT, "description" TEXT) STRICT;
CREATE TABLE "campaign_members"("record" INTEGER NOT NULL REFERENCES "campaign"("id") DEFERRABLE INITIALLY DEFERRED, "position" INTEGER NOT NULL, "who_noun" INTEGER, "who" INTEGER, "status" TEXT, PRIMARY KEY("record", "position")) STRICT, WITHOUT ROWID;
CREATE TABLE "campaign_words"("id" INTEGER PRIMARY KEY, "name" TEXT, "tags" TEXT, "description" TEXT) STRICT;
INSERT INTO campaign("id", "uid", "name", "status", "template", "created_at", "updated_at") VALUES(1,'019e0000-0000-7000-8000-000000000151','Spring','Planning','thanks ','2026-09-01T10:00:00Z','2026-09-01T10:00:00Z'),(2,'019e0000-0000-7000-8000-000000000152','Autumn','Active','Dear all, come and see us at the fair in hall 4, where we show the new pumps','2026-09-01T10:00:00Z','2026-09-01T10:00:00Z'),(3,'019e0000-0000-7000-8000-000000000153','Winter','Planning',NULL,'2026-09-01T10:00:00Z','2026-09-01T10:00:00Z');
INSERT INTO campaign_words("id", "name") VALUES(1,'spring'),(2,'autumn'),(3,'winter');
INSERT INTO campaign_members VALUES(1,1,2,1,NULL),(1,2,2,2,'Sent'),(1,3,1,1,'Bounced'),(2,1,2,1,'Opted Out'),(3,1,2,2,'Responded');
INSERT INTO operation VALUES(14,'2026-09-04T09:00:00Z','u1','crm campaign edit m3 template=Old',NULL,NULL),(15,'2026-09-04T09:10:00Z','u1','crm campaign edit m3 template=',NULL,NULL);
INSERT INTO change VALUES(21,14,15,3,3,'set','template',NULL,'Old'),(22,15,15,3,3,'set','template','Old',NULL);
