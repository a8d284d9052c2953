"""AWS's XGBoost image in script mode, and serving by the script's own functions.

https://github.com/aws/sagemaker-xgboost-container
"""
