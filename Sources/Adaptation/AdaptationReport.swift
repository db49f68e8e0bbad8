import Foundation

/// How good an adapted classifier is, how sure that is, and what is wrong with its photos: `report.json`.
public struct AdaptationReport: Codable, Hashable, Sendable {
  /// How the figures were found.
  public enum Evaluation: String, Codable, Sendable {
    /// On images that were looked at once, after every choice.
    case testSet = "test set"
    /// Each image by a classifier that had not seen it, nor any image of its group; each of those made all choices anew.
    case crossValidation = "cross-validation"
  }

  /// Which network is published.
  public enum Method: String, Codable, Sendable {
    /// The base as it was, with a new last layer.
    case head
    case fineTuned = "fine-tuned"
  }

  /// Share of the evaluated images whose best class is their label.
  public var accuracy: Double
  /// Lower and upper end of the accuracy's 95 % interval (Wilson, 1927), in groups of near-duplicates counted once.
  public var accuracyInterval: [Double]
  /// Mean over the classes of the harmonic mean of precision and recall.
  public var macroF1: Double
  /// How the figures were found.
  public var evaluation: Evaluation
  /// In the order of the model's outputs.
  public var classes: [ClassFigures]
  /// `confusion[label][predicted]`: evaluated images.
  public var confusion: [[Int]]
  /// Expected calibration error: the mean distance of confidence and accuracy over the bins (Guo et al., 2017).
  public var calibrationError: Double
  /// How far probabilities can be believed.
  public var calibration: Calibration
  /// Which network is published.
  public var method: Method
  /// Why this method and this head, in a sentence or two.
  public var reason: String
  /// What the classifier has to beat.
  public var baselines: Baselines
  /// All heads that cross-validation compared, the chosen one first.
  public var candidates: [Candidate]
  /// What training upper layers gave; nothing where it was not asked for or left out.
  public var fineTuning: FineTuning?
  /// Accuracy with a part of the training images.
  public var learningCurve: [LearningCurvePoint]
  /// Evaluated images that were classified wrongly, the surest mistake first, at most twenty.
  public var mistakes: [Mistake]
  /// What is wrong with the photos.
  public var audit: DataAudit
  /// How many images were used for what.
  public var images: ImageCounts
  /// The version that is published.
  public var model: Model
  /// The network whose features are used.
  public var base: Base
  /// Where the photos come from.
  public var data: DataRecord
  /// Wall clock of each stage.
  public var seconds: [String: Double]
  /// What the user asked for.
  public var settings: AdaptationSettings
  /// The program that made it.
  public var build: String

  /// How good the classifier is for one class.
  public struct ClassFigures: Codable, Hashable, Sendable {
    public var name: String
    /// 0 where no image was taken for this class.
    public var precision: Double
    /// 0 where no image of this class was evaluated.
    public var recall: Double
    /// Evaluated images of the class.
    public var images: Int
  }

  /// Confidences beside the shares that were right.
  public struct Calibration: Codable, Hashable, Sendable {
    /// What the logits were divided by.
    public var temperature: Double
    /// Bins of equal width over confidence; empty ones are left out.
    public var bins: [Bin]
    /// What the error of a perfectly calibrated classifier stays below in 95 of 100 cases, with as many images of the same
    /// confidences.
    public var perfectErrorQuantile: Double

    /// Images of about equal confidence.
    public struct Bin: Codable, Hashable, Sendable {
      public var images: Int
      /// Mean probability of the best class.
      public var confidence: Double
      public var accuracy: Double
    }

    enum CodingKeys: String, CodingKey {
      case temperature, bins
      case perfectErrorQuantile = "perfect_error_quantile_95"
    }
  }

  /// Accuracies on the same images as `accuracy`.
  public struct Baselines: Codable, Hashable, Sendable {
    public var majority: Double
    public var nearestMean: Double
    public var ridge: Double

    enum CodingKeys: String, CodingKey {
      case majority, ridge
      case nearestMean = "nearest_mean"
    }
  }

  /// A head that cross-validation judged.
  public struct Candidate: Codable, Hashable, Sendable {
    /// `logistic regression`, `ridge`, `nearest mean`.
    public var head: String
    /// Weight of the penalty; absent where there is none.
    public var penalty: Double?
    /// Mean over the folds.
    public var accuracy: Double
    /// Of that mean.
    public var standardError: Double
    /// Mean cross-entropy in nats.
    public var loss: Double

    enum CodingKeys: String, CodingKey {
      case head, penalty, accuracy, loss
      case standardError = "standard_error"
    }
  }

  /// What training upper layers gave.
  public struct FineTuning: Codable, Hashable, Sendable {
    /// The last layer that was kept as it was.
    public var frozenUpTo: String
    /// Numbers that were trained: those of all tensors above.
    public var trainedParameters: Int
    /// The highest of the run.
    public var learningRate: Double
    /// On the validation images, the head alone and after fine-tuning.
    public var headAccuracy: Double
    public var accuracy: Double
    /// Of the difference, by pairs.
    public var standardError: Double
    /// Whether the fine-tuned network is published.
    public var isAccepted: Bool
    public var epochs: [Epoch]

    /// One pass over the training images.
    public struct Epoch: Codable, Hashable, Sendable {
      public var epoch: Int
      public var trainLoss: Double
      public var validationLoss: Double
      public var validationAccuracy: Double

      enum CodingKeys: String, CodingKey {
        case epoch
        case trainLoss = "train_loss"
        case validationLoss = "validation_loss"
        case validationAccuracy = "validation_accuracy"
      }
    }

    enum CodingKeys: String, CodingKey {
      case frozenUpTo = "frozen_up_to"
      case trainedParameters = "trained_parameters"
      case learningRate = "learning_rate"
      case headAccuracy = "head_accuracy"
      case accuracy
      case standardError = "standard_error"
      case isAccepted = "accepted"
      case epochs
    }
  }

  /// How good a classifier of a part of the images is.
  public struct LearningCurvePoint: Codable, Hashable, Sendable {
    /// Images to learn from.
    public var images: Int
    public var accuracy: Double
    public var trainingAccuracy: Double

    enum CodingKeys: String, CodingKey {
      case images, accuracy
      case trainingAccuracy = "training_accuracy"
    }
  }

  /// An image that was classified wrongly.
  public struct Mistake: Codable, Hashable, Sendable {
    public var file: String
    public var label: String
    public var predicted: String
    /// Of the predicted class.
    public var probability: Double
  }

  /// Images by use.
  public struct ImageCounts: Codable, Hashable, Sendable {
    public var training: Int
    public var validation: Int
    /// 0 with cross-validation.
    public var test: Int
    /// Read, and not left out as byte-equal copies.
    public var used: Int
  }

  /// A version in the repository.
  public struct Model: Codable, Hashable, Sendable {
    public var name: String
    public var version: String
  }

  /// A pretrained model.
  public struct Base: Codable, Hashable, Sendable {
    public var name: String
    public var version: String
    public var architecture: String
    /// SHA-256 of its weight file in hexadecimal.
    public var weights: String
    /// Length of the features.
    public var features: Int
  }

  /// The photos of a run.
  public struct DataRecord: Codable, Hashable, Sendable {
    /// Where the photos were, in words.
    public var origin: String
    /// SHA-256 over all files' contents and labels, in hexadecimal.
    public var fingerprint: String
  }

  enum CodingKeys: String, CodingKey {
    case accuracy, evaluation, classes, confusion, calibration, method, reason, baselines, candidates, mistakes, audit,
      images, model, base, data, seconds, settings, build
    case accuracyInterval = "accuracy_interval"
    case macroF1 = "macro_f1"
    case calibrationError = "calibration_error"
    case fineTuning = "fine_tuning"
    case learningCurve = "learning_curve"
  }
}
