"""The queue beside graphile-worker: the same work, on the same server, by turns."""
