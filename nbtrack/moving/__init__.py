"""Takes experiments, runs and models out of one MLflow store and into another, by a folder in between.

::

    form      the folder, and what tells that a run is the same in two stores
    files     artifacts of runs and models, to and from a folder
    out       a store's runs and models into the folder
    into      the folder's runs into a store
    models    the folder's models and versions into a store
"""
