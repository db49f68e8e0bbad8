print("convserve")
