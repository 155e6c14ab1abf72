"""Estates: whole accounts of simulated services, harder than the demo shop, to measure the review as a review.

An estate is a pure function of its seed: services of an e-commerce company over six or seven weeks of history and one
reviewed week at 300 s, as `ServiceWeek`s. What is planted changes causes (demand, cost of a request, tasks, memory),
never a metric by itself, and every metric of the service follows from the causes; so a fault shows in companions too,
autoscaling hides some of it, and a lone task's Maximum lies far above its Average on the quietest day.

`python -m tests.estate 1 2 3` measures these seeds; `judge` says what is measured.
"""
