"""SageMaker's built-in factorization machines, as processes on this machine.

The algorithm's contract: https://docs.aws.amazon.com/sagemaker/latest/dg/fact-machines.html
"""

from local_aws.images.image import Metric

_HOST = r"#quality_metric: host=\S+, "
_SCORES = {
    "binary_classification_accuracy": "binary_classification_accuracy <score>",
    "binary_classification_cross_entropy": "binary_classification_cross_entropy <loss>",
    "binary_f_beta": r"binary_f_\S+ <score>",
    "rmse": "rmse <loss>",
    "mse": "mse <loss>",
    "absolute_loss": "absolute_loss <loss>",
}

METRICS = (
    *(Metric(f"test:{name}", rf"{_HOST}test {text}=(\S+)") for name, text in _SCORES.items()),
    *(Metric(f"train:{name}", rf"{_HOST}epoch=\S+, train {text}=(\S+)") for name, text in _SCORES.items()),
    Metric("train:progress", r"#progress_metric: host=\S+, completed (\S+) %"),
    Metric("train:throughput", r"#throughput_metric: host=\S+, train throughput=(\S+) records/second"),
)
