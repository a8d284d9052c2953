"""AWS's scikit-learn image: script mode, and serving by the script's own functions.

https://github.com/aws/sagemaker-scikit-learn-container
"""
