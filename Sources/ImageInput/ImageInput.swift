// ImageInput
