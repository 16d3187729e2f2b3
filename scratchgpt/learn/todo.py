"""What an exercise raises until it is done."""


class Todo(NotImplementedError):
    """Not written yet: `raise Todo("06.4")` stands in every exercise that waits for its learner."""

    def __init__(self, exercise: str) -> None:
        super().__init__(f"exercise {exercise} is still to be done")
        self.exercise = exercise
