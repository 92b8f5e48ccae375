"""Training: typed recipes, targets, one fit, and the run that keeps what came of it."""

from rebracket.training import _extra as _extra
from rebracket.training.choose import Candidate, Choice, choose
from rebracket.training.fit import Trial, fit, fit_after_trial, run_trial
from rebracket.training.fitted import Fitted
from rebracket.training.gathering import gather_inputs
from rebracket.training.history import EpochLoss
from rebracket.training.inputs import Inputs, Origin
from rebracket.training.plan import write_plan
from rebracket.training.recipe import Recipe
from rebracket.training.recipe_files import load_recipe, shipped_recipes
from rebracket.training.record import Run, open_run
from rebracket.training.run import TrainResult, train
from rebracket.training.store import load_fitted, save_fitted
from rebracket.training.target import MASKED, Target, check_unit, class_distribution, load_target

__all__ = [
    "MASKED",
    "Candidate",
    "Choice",
    "EpochLoss",
    "Fitted",
    "Inputs",
    "Origin",
    "Recipe",
    "Run",
    "Target",
    "TrainResult",
    "Trial",
    "check_unit",
    "choose",
    "class_distribution",
    "fit",
    "fit_after_trial",
    "gather_inputs",
    "load_fitted",
    "load_recipe",
    "load_target",
    "open_run",
    "run_trial",
    "save_fitted",
    "shipped_recipes",
    "train",
    "write_plan",
]
