"""Train: ``python -m local_aws.images.factorization_machines.train``."""

from __future__ import annotations

import logging
import sys
import time

from local_aws.images.container import Container
from local_aws.images.factorization_machines.channel import Channel, ChannelError
from local_aws.images.factorization_machines.hyperparameters import (
    HyperparameterError,
    Hyperparameters,
    parse,
)
from local_aws.images.factorization_machines.metrics import metrics_for
from local_aws.images.factorization_machines.model import Model
from local_aws.images.factorization_machines.trainer import Trainer

log = logging.getLogger("factorization machines")

_HOST = "algo-1"
_CLIENT_ERROR = 2


def main() -> int:
    """Run the job that the container's folders describe; the exit code."""
    logging.basicConfig(
        stream=sys.stdout,
        level=logging.INFO,
        format="[%(asctime)s %(levelname)s %(process)d] %(message)s",
        datefmt="%m/%d/%Y %H:%M:%S",
    )
    container = Container()
    try:
        _run(container)
    except (HyperparameterError, ChannelError) as error:
        reason = f"ClientError: {error}"
        container.fail(reason)
        log.error(reason)
        return _CLIENT_ERROR
    return 0


def _run(container: Container) -> None:
    given = parse(container.hyperparameters)
    train = Channel("train", container.channel("train"), given)
    test_files = container.channel("test")
    test = Channel("test", test_files, given) if test_files else None
    model = _fit(train, given)
    if test:
        _test(model, test)
    model.save(container.model)


def _fit(train: Channel, given: Hyperparameters) -> Model:
    trainer = Trainer(given)
    for epoch in range(given.epochs):
        started, rows = time.perf_counter(), 0
        metrics = metrics_for(classifier=given.is_classifier)
        for piece in train.pieces():
            metrics.add(trainer.fit(piece.features, piece.labels), piece.labels)
            rows += len(piece.labels)
        for score in metrics.scores():
            log.info(
                f"#quality_metric: host={_HOST}, epoch={epoch}, "
                f"train {score.name} <{score.kind}>={score.value:.10g}"
            )
        log.info(
            f"#progress_metric: host={_HOST}, completed {100 * (epoch + 1) / given.epochs:.4g} % of epochs"
        )
        speed = rows / (time.perf_counter() - started)
        log.info(f"#throughput_metric: host={_HOST}, train throughput={speed:.10g} records/second")
    return trainer.model


def _test(model: Model, test: Channel) -> None:
    metrics = metrics_for(classifier=model.is_classifier)
    for piece in test.pieces():
        metrics.add(model.scores(piece.features), piece.labels)
    for score in metrics.scores():
        log.info(f"#test_score ({_HOST}) : ({score.name!r}, {score.value:.10g})")
        log.info(f"#quality_metric: host={_HOST}, test {score.name} <{score.kind}>={score.value:.10g}")


if __name__ == "__main__":
    sys.exit(main())
