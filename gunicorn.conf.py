"""Read by gunicorn from the folder that it is started in."""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from itsyourmove.logs import JsonFormatter


class JsonLogger(Logger):
    """Gunicorn's own lines in the form of ours: it would else name the address of a request, and so a link's token."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())


logger_class = JsonLogger
