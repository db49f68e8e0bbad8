#!/bin/bash
# LeNet-5 on Fashion-MNIST by ConvServe, the recipe of torch_recipes.py: a JSON line a run, with its test accuracy.
#
#   Benchmarks/training/our_recipes.sh FOLDER [SEED...]     models and records go to FOLDER; seeds 0, 1 and 2 by default
#
# CONVSERVE names the executable, FASHION_MNIST the folder of IDX files. Seeds draw other numbers than PyTorch's do.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ $# -lt 1 ]; then
  echo "usage: Benchmarks/training/our_recipes.sh FOLDER [SEED...]" >&2
  exit 64
fi
folder=$1
shift
[ $# -gt 0 ] || set -- 0 1 2
convserve=${CONVSERVE:-.build/release/convserve}
fashion=${FASHION_MNIST:-/usr/share/datasets/fashion-mnist}

mkdir -p "$folder"
# The crop, larger than the image, puts two black pixels on each edge.
cat > "$folder/preprocessing.json" << 'END'
{"channel_order": "grey", "scale": 0.00392156862745098, "mean": [0.2860], "std": [0.3530],
 "resize": "none", "crop": {"center": 32}, "interpolation": "bilinear"}
END
for architecture in lenet5 lenet5-relu; do
  for seed; do
    last=$("$convserve" train --architecture "$architecture" --data "$fashion" --validation 5000 --epochs 15 \
      --batch-size 128 --optimizer momentum --momentum 0.9 --learning-rate 0.05 --schedule cosine --weight-decay 0.0005 \
      --decay-all --label-smoothing 0 --augment none --initialization pytorch \
      --preprocessing "$folder/preprocessing.json" --seed "$seed" --name "$architecture-$seed" --models "$folder" \
      --json 2> "$folder/$architecture-$seed.log" | tail -n 1)
    echo "{\"network\": \"$architecture\", \"seed\": $seed, ${last#\{}"
  done
done
