"""What data looked like, small enough to be kept: counts of each column's values.

Training writes a profile of its rows, the gate one of the scores that it got; captured requests are counted
in the same bins and compared. Knows nothing of SageMaker or of this project.
"""

from mlops.profile.columns import Categories, Column, Numbers, column_of
from mlops.profile.profile import PROFILE_FILE, Profile

__all__ = ["PROFILE_FILE", "Categories", "Column", "Numbers", "Profile", "column_of"]
