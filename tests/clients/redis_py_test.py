"""redis-py with a running counting server: redis_py_test.py PORT. Debian's python3-redis, so Debian's python3."""

import sys
import threading
import unittest

import redis

PORT = int(sys.argv.pop(1))


class RedisPy(unittest.TestCase):
    def setUp(self):
        self.client = redis.Redis(port=PORT)
        self.text = redis.Redis(port=PORT, decode_responses=True)
        self.addCleanup(self.client.close)
        self.addCleanup(self.text.close)

    def test_a_client_adds_and_reads(self):
        self.assertTrue(self.client.ping())
        self.assertEqual(self.client.incr("page views"), 1)
        self.assertEqual(self.client.incr("page views", 41), 42)
        self.assertEqual(self.client.decr("page views", 50), -8)
        self.assertEqual(self.client.get("page views"), b"-8")
        self.assertEqual(self.text.get("page views"), "-8")
        self.assertIsNone(self.client.get("none"))
        self.assertEqual(self.client.exists("page views", "none"), 1)

    def test_a_pipeline_of_thousands_is_answered_in_order(self):
        with self.client.pipeline(transaction=False) as pipeline:
            for i in range(5000):
                pipeline.incr("piped:%d" % (i % 2))
            self.assertEqual(pipeline.execute(), [i // 2 + 1 for i in range(5000)])
        self.assertEqual(self.text.mget("piped:0", "none", "piped:1"), ["2500", None, "2500"])

    def test_a_pipeline_says_which_of_its_commands_was_refused(self):
        with self.client.pipeline(transaction=False) as pipeline:
            pipeline.incr("partly").execute_command("INCRBY", "partly", "x").incr("partly")
            first, second, third = pipeline.execute(raise_on_error=False)
        self.assertEqual((first, third), (1, 2))
        self.assertIsInstance(second, redis.ResponseError)

    def test_scanning_meets_every_name_once(self):
        names = {"scanned:%d" % i for i in range(2500)} | {"scanned:\u00e9"}
        with self.client.pipeline(transaction=False) as pipeline:
            for name in names:
                pipeline.incr(name)
            pipeline.execute()
        met = list(self.text.scan_iter(match="scanned:*", count=100))
        self.assertEqual(len(met), len(names))
        self.assertEqual(set(met), names)

    def test_errors_are_of_the_right_class(self):
        # What Redis answers, too.
        for command in (["INCRBY", "a", "x"], ["INCR"], ["FOO"], ["INCRBY", "a", str(2**63)]):
            with self.assertRaises(redis.ResponseError) as raised:
                self.client.execute_command(*command)
            self.assertIs(type(raised.exception), redis.ResponseError)
        self.client.incr("big", 2**63 - 1)
        with self.assertRaisesRegex(redis.ResponseError, "would overflow"):
            self.client.incr("big")
        # What is not served.
        with self.assertRaisesRegex(redis.ResponseError, "SET is not served: .* INCRBY"):
            self.client.set("a", 1)
        self.assertIsNone(self.client.get("a"))

    def test_a_transaction_is_refused_and_counts_nothing(self):
        with self.assertRaisesRegex(redis.ResponseError, "MULTI is not served: .* Nothing was counted"):
            self.client.pipeline().incr("never").execute()
        self.assertIsNone(self.client.get("never"))

    def test_a_user_without_the_right_to_is_an_authentication_error(self):
        with self.assertRaises(redis.ResponseError) as raised:
            redis.Redis(port=PORT, username="me", password="secret").ping()
        self.assertIn("WRONGPASS", str(raised.exception))
        self.assertTrue(redis.Redis(port=PORT, username="default", password="any").ping())

    def test_another_database_is_an_error(self):
        with self.assertRaisesRegex(redis.RedisError, "Invalid Database|DB index"):
            redis.Redis(port=PORT, db=1).ping()

    def test_a_protocol_error_ends_the_connection_and_the_next_one_works(self):
        connection = self.client.connection_pool.get_connection("PING")
        connection.send_packed_command([b"*1\r\nx\r\n"])
        with self.assertRaisesRegex(redis.ResponseError, "Protocol error"):
            connection.read_response()
        with self.assertRaises(redis.ConnectionError):
            connection.read_response()
        self.client.connection_pool.release(connection)
        self.assertTrue(self.client.ping())

    def test_threads_share_a_pool(self):
        pool = redis.BlockingConnectionPool(port=PORT, max_connections=4)

        def add():
            for _ in range(200):
                redis.Redis(connection_pool=pool).incr("shared")

        threads = [threading.Thread(target=add) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(redis.Redis(connection_pool=pool).get("shared"), b"2000")
        pool.disconnect()

    def test_info_and_names_of_clients_are_understood(self):
        info = self.client.info()
        self.assertEqual(info["redis_mode"], "standalone")
        self.assertEqual(info["loading"], 0)
        named = redis.Redis(port=PORT, client_name="me", decode_responses=True)
        self.assertEqual(named.client_getname(), "me")
        self.assertEqual([client["name"] for client in named.client_list()], ["me"])


if __name__ == "__main__":
    unittest.main()
